"""A project of a laboratory's own: laid out by ``rig init DIR``.

``project``     what goes where
``template/``   the files that are the laboratory's from then on
``acceptance/`` the acceptance suite, in an installed package; in a checkout it is ``tests/acceptance``
"""
