import { noteTypedEarly } from "#components/browser/typed-early.ts";

// Runs before React takes over the page.
noteTypedEarly();
