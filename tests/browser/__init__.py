"""Can people use the page of the sandbox: with a mouse, a keyboard, a phone, in the dark?"""
