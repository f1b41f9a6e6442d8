"""One file a question: from a delivery to a finding, and to the curve that shows it."""
