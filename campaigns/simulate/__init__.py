"""The core under a virtual clock: does one seed after another end as it must, whatever strikes?"""
