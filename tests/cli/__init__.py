"""What does an operator see at the command line?"""
