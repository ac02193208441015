"use client";

import { type ComponentProps, lazy } from "react";

const PhasingForm = lazy(() => import("./phasing-form.tsx"));

/** Only who asks for amounts by year carries what that needs: the pages of all other steps are lighter by it. */
export const LazyPhasingForm = (props: ComponentProps<typeof PhasingForm>) => <PhasingForm {...props} />;
