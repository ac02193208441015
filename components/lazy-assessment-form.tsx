"use client";

import { type ComponentProps, lazy } from "react";

const AssessmentForm = lazy(() => import("./assessment-form.tsx"));

/** Only who assesses carries what an assessment needs: the pages of all other steps are lighter by it. */
export const LazyAssessmentForm = (props: ComponentProps<typeof AssessmentForm>) => <AssessmentForm {...props} />;
