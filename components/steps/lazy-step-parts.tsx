"use client";

import { type ComponentProps, lazy } from "react";

// What only one step needs is loaded for that step alone, which keeps the pages of all other steps lighter.

const AssessmentForm = lazy(() => import("#components/assessment/assessment-form.tsx"));
const PhasingForm = lazy(() => import("#components/form/phasing-form.tsx"));
const UnsentNotice = lazy(() =>
  import("#components/application/unsent-notice.tsx").then((module) => ({ default: module.UnsentNotice })),
);

export const LazyAssessmentForm = (props: ComponentProps<typeof AssessmentForm>) => <AssessmentForm {...props} />;
export const LazyPhasingForm = (props: ComponentProps<typeof PhasingForm>) => <PhasingForm {...props} />;
export const LazyUnsentNotice = (props: ComponentProps<typeof UnsentNotice>) => <UnsentNotice {...props} />;
