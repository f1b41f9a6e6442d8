"""Calibration procedures: the same steps in the terminal and on the page, on the simulated bench and on a real one.

    procedure file + bench + standards  ->  steps, one after the other  ->  points  ->  curve  ->  record in the book

``steps``      what a step is
``bench``      the bench as a procedure sees it
``procedure``  what a kind of calibration must bring
``session``    a procedure under way: shown, advanced, interrupted, resumed
``kinds``      which kinds there are; a module for each

``rig calibrate FILE --bench BENCH --book BOOK`` is the terminal's way to it.
"""
