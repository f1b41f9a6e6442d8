"""A customer's file as DOORS and Polarion write it: formatted text, enumerations, defaults, a heading, a picture."""

import pytest

TIME = 'LAST-CHANGE="2025-05-05T10:00:00+02:00"'
CUSTOMERS = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- the customer's own remark -->
<REQ-IF xmlns="http://www.omg.org/spec/ReqIF/20110401/reqif.xsd" xmlns:xhtml="http://www.w3.org/1999/xhtml">
  <THE-HEADER>
    <REQ-IF-HEADER IDENTIFIER="_header">
      <CREATION-TIME>2025-05-05T10:00:00+02:00</CREATION-TIME>
      <REPOSITORY-ID>r</REPOSITORY-ID>
      <REQ-IF-TOOL-ID>t</REQ-IF-TOOL-ID>
      <REQ-IF-VERSION>1.0</REQ-IF-VERSION>
      <SOURCE-TOOL-ID>t</SOURCE-TOOL-ID>
      <TITLE>Pump</TITLE>
    </REQ-IF-HEADER>
  </THE-HEADER>
  <CORE-CONTENT>
    <REQ-IF-CONTENT>
      <DATATYPES>
        <DATATYPE-DEFINITION-STRING IDENTIFIER="_string" {TIME} LONG-NAME="String" MAX-LENGTH="255"/>
        <DATATYPE-DEFINITION-XHTML IDENTIFIER="_xhtml" {TIME} LONG-NAME="XHTML"/>
        <DATATYPE-DEFINITION-ENUMERATION IDENTIFIER="_enum" {TIME} LONG-NAME="Rules">
          <SPECIFIED-VALUES>
            <ENUM-VALUE IDENTIFIER="_guard" {TIME} LONG-NAME="guard-band-U">
              <PROPERTIES><EMBEDDED-VALUE KEY="1" OTHER-CONTENT=""/></PROPERTIES>
            </ENUM-VALUE>
          </SPECIFIED-VALUES>
        </DATATYPE-DEFINITION-ENUMERATION>
      </DATATYPES>
      <SPEC-TYPES>
        <SPEC-OBJECT-TYPE IDENTIFIER="_type" {TIME} LONG-NAME="Requirement">
          <SPEC-ATTRIBUTES>
            <ATTRIBUTE-DEFINITION-STRING IDENTIFIER="_d-id" {TIME} LONG-NAME="ReqIF.ForeignID">
              <TYPE><DATATYPE-DEFINITION-STRING-REF>_string</DATATYPE-DEFINITION-STRING-REF></TYPE>
            </ATTRIBUTE-DEFINITION-STRING>
            <ATTRIBUTE-DEFINITION-XHTML IDENTIFIER="_d-text" {TIME} LONG-NAME="ReqIF.Text">
              <TYPE><DATATYPE-DEFINITION-XHTML-REF>_xhtml</DATATYPE-DEFINITION-XHTML-REF></TYPE>
            </ATTRIBUTE-DEFINITION-XHTML>
            <ATTRIBUTE-DEFINITION-STRING IDENTIFIER="_d-limit" {TIME} LONG-NAME="Grenzwert">
              <TYPE><DATATYPE-DEFINITION-STRING-REF>_string</DATATYPE-DEFINITION-STRING-REF></TYPE>
            </ATTRIBUTE-DEFINITION-STRING>
            <ATTRIBUTE-DEFINITION-STRING IDENTIFIER="_d-hazards" {TIME} LONG-NAME="Hazards">
              <DEFAULT-VALUE>
                <ATTRIBUTE-VALUE-STRING THE-VALUE="HAZ-OVER, HAZ-FREE-FLOW">
                  <DEFINITION><ATTRIBUTE-DEFINITION-STRING-REF>_d-hazards</ATTRIBUTE-DEFINITION-STRING-REF></DEFINITION>
                </ATTRIBUTE-VALUE-STRING>
              </DEFAULT-VALUE>
              <TYPE><DATATYPE-DEFINITION-STRING-REF>_string</DATATYPE-DEFINITION-STRING-REF></TYPE>
            </ATTRIBUTE-DEFINITION-STRING>
            <ATTRIBUTE-DEFINITION-ENUMERATION IDENTIFIER="_d-rule" {TIME} LONG-NAME="Rule" MULTI-VALUED="false">
              <TYPE><DATATYPE-DEFINITION-ENUMERATION-REF>_enum</DATATYPE-DEFINITION-ENUMERATION-REF></TYPE>
            </ATTRIBUTE-DEFINITION-ENUMERATION>
          </SPEC-ATTRIBUTES>
        </SPEC-OBJECT-TYPE>
        <SPEC-OBJECT-TYPE IDENTIFIER="_heading" {TIME} LONG-NAME="Heading"/>
      </SPEC-TYPES>
      <SPEC-OBJECTS>
        <SPEC-OBJECT IDENTIFIER="_1" {TIME} DESC="a &gt; b > c">
          <VALUES>
            <ATTRIBUTE-VALUE-STRING THE-VALUE="REQ-FLOW">
              <DEFINITION><ATTRIBUTE-DEFINITION-STRING-REF>_d-id</ATTRIBUTE-DEFINITION-STRING-REF></DEFINITION>
            </ATTRIBUTE-VALUE-STRING>
            <ATTRIBUTE-VALUE-XHTML>
              <DEFINITION><ATTRIBUTE-DEFINITION-XHTML-REF>_d-text</ATTRIBUTE-DEFINITION-XHTML-REF></DEFINITION>
              <THE-VALUE><xhtml:div><xhtml:p>The pump <xhtml:b>shall</xhtml:b> deliver
                &#181;L.</xhtml:p><xhtml:ul><xhtml:li>always</xhtml:li></xhtml:ul><xhtml:object data="curve.png"
                type="image/png">a curve</xhtml:object></xhtml:div></THE-VALUE>
            </ATTRIBUTE-VALUE-XHTML>
            <ATTRIBUTE-VALUE-STRING THE-VALUE="14.5 %">
              <DEFINITION><ATTRIBUTE-DEFINITION-STRING-REF>_d-limit</ATTRIBUTE-DEFINITION-STRING-REF></DEFINITION>
            </ATTRIBUTE-VALUE-STRING>
            <ATTRIBUTE-VALUE-ENUMERATION>
              <DEFINITION><ATTRIBUTE-DEFINITION-ENUMERATION-REF>_d-rule</ATTRIBUTE-DEFINITION-ENUMERATION-REF></DEFINITION>
              <VALUES><ENUM-VALUE-REF>_guard</ENUM-VALUE-REF></VALUES>
            </ATTRIBUTE-VALUE-ENUMERATION>
          </VALUES>
          <TYPE><SPEC-OBJECT-TYPE-REF>_type</SPEC-OBJECT-TYPE-REF></TYPE>
        </SPEC-OBJECT>
        <SPEC-OBJECT IDENTIFIER="_2" {TIME}>
          <TYPE><SPEC-OBJECT-TYPE-REF>_type</SPEC-OBJECT-TYPE-REF></TYPE>
          <VALUES>
            <ATTRIBUTE-VALUE-XHTML>
              <DEFINITION><ATTRIBUTE-DEFINITION-XHTML-REF>_d-text</ATTRIBUTE-DEFINITION-XHTML-REF></DEFINITION>
              <THE-VALUE><xhtml:div>It stops.</xhtml:div></THE-VALUE>
            </ATTRIBUTE-VALUE-XHTML>
          </VALUES>
        </SPEC-OBJECT>
        <SPEC-OBJECT IDENTIFIER="_3" {TIME}>
          <VALUES/>
          <TYPE><SPEC-OBJECT-TYPE-REF>_heading</SPEC-OBJECT-TYPE-REF></TYPE>
        </SPEC-OBJECT>
        <SPEC-OBJECT IDENTIFIER="_4" {TIME}><TYPE>
          <SPEC-OBJECT-TYPE-REF>_heading</SPEC-OBJECT-TYPE-REF></TYPE></SPEC-OBJECT>
      </SPEC-OBJECTS>
    </REQ-IF-CONTENT>
  </CORE-CONTENT>
</REQ-IF>
"""


def prefixed(text):
    """The same with a prefix on every name of ReqIF, as some tools write it."""
    import re

    text = text.replace('xmlns="http://www.omg', 'xmlns:r="http://www.omg')
    return re.sub(r"<(/?)([A-Z])", r"<\1r:\2", text)


@pytest.fixture
def customers(tmp_path):
    """Writes the customer's file, with what a test changes in it."""

    def make(text=CUSTOMERS, encoding="utf-8"):
        path = tmp_path / "customer.reqif"
        path.write_bytes(text.encode(encoding))
        return path

    return make
