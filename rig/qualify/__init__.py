"""The bench qualifies itself: known mass, known flow, known voltage, its clocks, and faults that it must not miss.

    qualified = qualify(load_plan(path), load_bench("bench.toml"), Lab(book, out), Silent(), operator="A. Weber")
    qualified.path, qualified.record.verdict

It ends in a sealed file ``BOOK/benches/NAME/0001-qualification.toml`` (:mod:`rig.qualify.record`), and a protocol may
ask for one that is not too old (:mod:`rig.qualify.require`). Everything that flows goes through :func:`rig.runner.run`,
so that what is qualified is the whole method: record, delivery, findings, verdict.

``plan``      the file: which weights, which protocol, which set-ups, which faults
``item``      one line of the result
``mass``, ``flow``, ``voltage``, ``clocks``, ``faults``   what is found
``runs``      real runs, and those that an interrupted qualification has made already
``qualify``   all of it in order
"""
