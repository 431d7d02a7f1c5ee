"""x"""
def enqueue_telling(**k): pass
