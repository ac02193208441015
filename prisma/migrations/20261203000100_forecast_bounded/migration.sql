-- The largest initiatives of a year, which its forecast reads one by one.
CREATE INDEX "ApplicationFunding_largest" ON "ApplicationFunding"
  ("startYear", ("reservedCents" + "committedCents") DESC, "applicationId");
