"""ReqIF (OMG, 1.0 to 1.2): a customer's requirements in, verdicts out; the customer's file is only ever read.

================  ================================================================================
``xml_tree``      the file as elements that know which bytes they are
``document``      spec objects with their attributes as texts
``xhtml``         formatted text as plain text
``importing``     from a document to ``requirements.toml``; nothing is invented
``trace_values``  what is known of each requirement, checked against the file and the records
``verdicts``      a copy with verdicts as further attributes; every byte of the original is in it
================  ================================================================================

Files are refused with the reason and the line: no XML, a document type (ReqIF has none, and entities can be made to
explode), another namespace, references that lead nowhere, ids that stand twice.
"""
