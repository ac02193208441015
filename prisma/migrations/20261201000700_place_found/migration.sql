-- What was given to a place before is found by the place.
CREATE INDEX "ApplicationPlace_placeCode_applicationId_idx" ON "ApplicationPlace"("placeCode", "applicationId");
