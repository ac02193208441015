"use client";

import { type ComponentProps, lazy } from "react";

// What only one step needs is loaded for it alone: the pages of all other steps are lighter by it.

const AssessmentForm = lazy(() => import("./assessment-form.tsx"));
const PhasingForm = lazy(() => import("./phasing-form.tsx"));
const UnsentNotice = lazy(() => import("./unsent-notice.tsx"));

export const LazyAssessmentForm = (props: ComponentProps<typeof AssessmentForm>) => <AssessmentForm {...props} />;
export const LazyPhasingForm = (props: ComponentProps<typeof PhasingForm>) => <PhasingForm {...props} />;
export const LazyUnsentNotice = (props: ComponentProps<typeof UnsentNotice>) => <UnsentNotice {...props} />;
