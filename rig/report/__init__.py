"""What people look at: the pictures of a result.

``pictures``    all of them, as SVG and PNG, beside a record
``delivered``   delivered against programmed, with its uncertainty band and the difference below
``start_up``    flow of each sample interval since delivery began
``trumpet``     extreme errors of every window, with the noise floor and the limits
``style``       fonts, colours, size, watermark, files that are the same byte for byte
"""
