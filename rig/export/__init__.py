"""A record for other programs: streams, findings and, on request, the computed delivery, in files that they read.

::

    made = export(Record.open(folder), ["csv", "junit"], Path("handed-over"), with_delivery=True)
    [file.name for file in made.files]      # balance.csv, findings.csv, ..., findings.xml

=================  =====================================================================================
``contents``       what is handed over: facts about the record, and tables with units, in portions
``stream_tables``  the raw streams of a record, and what was found in each
``finding_table``  findings as rows: value, u, U, k, unit, limits, rule, verdict, risks
``delivery_table`` delivered against programmed volume, computed from the raw readings
``headings``       ``mass_g`` in grams is ``mass [g]``
``csv_files``      one CSV file a table
``cell_text``      texts that no spreadsheet takes for a formula
``parquet_files``  one Parquet file a table
``tdms_file``      one TDMS file: a group a table (the format itself: ``tdms_bytes``)
``xlsx_file``      one workbook: a sheet a table (the format itself: ``xlsx_bytes``)
``junit_file``     findings as test cases
``write``          all of it into a new folder, or nothing
=================  =====================================================================================

Every file says of which record it is (hash), and of which evidence class. Numbers are the bits of the record: text
formats write the shortest decimal that reads back to the same float64. Nothing here is evidence; the record is.
"""

from rig.export.write import FORMATS, Exported, export

__all__ = ["FORMATS", "Exported", "export"]
