"""Do two places that must agree agree?"""
