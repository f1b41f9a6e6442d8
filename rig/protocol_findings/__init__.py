"""The tables ``[findings.X]`` of a protocol file, by family.

``sides``     a limit as text
``limits``    limits of every kind
``ruled``     rule, coverage factor, population
"""
