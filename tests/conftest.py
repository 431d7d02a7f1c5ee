from hypothesis import settings

# Machines that run tests are shared; a slow example is not a wrong one.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")
