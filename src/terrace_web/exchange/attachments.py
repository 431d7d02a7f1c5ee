"""x"""
def drop_file(**k): pass
