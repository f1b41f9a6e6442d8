"""The fault campaign: pumps and benches with known faults, and whether each verdict is the one it should be.

    campaign = make_campaign(faults, [protocols], bench_file, out, number=2000, seed=1)
    journal = conduct(campaign, WallClock(), workers=4, tell=lambda done, of, shown: ...)
    write_pages(campaign_report(campaign, journal), out)

A fault is a file (:mod:`rig.campaign.fault`): what fails, how it is injected at several magnitudes, how it is known
that such a thing happens, and which verdict each protocol owes it. Every run draws its noise, its room and its pump's
own error anew (:mod:`rig.campaign.sound`). The how-to is ``docs/campaign.md``.
"""
