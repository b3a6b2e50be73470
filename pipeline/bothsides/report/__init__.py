"""The report: what a results folder says of both sides, as one page with its figures; and the plots of evaluation."""
