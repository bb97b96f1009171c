"""Campaigns: what becomes of a real Bursar when everything goes wrong, again and again?"""
