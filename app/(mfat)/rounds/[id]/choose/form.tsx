"use client";

import { lazy } from "react";
import type { ChooserRow } from "#components/assessment/chooser.tsx";
import { FormFields } from "#components/form/form-fields.tsx";
import { type FormAction, FormShell } from "#components/form/form-shell.tsx";
import { useSent } from "#components/form/use-sent.tsx";
import { Button, ButtonGroup } from "#components/ui/buttons.tsx";
import { EMPTY_FORM, type Field, text, type Values } from "#lib/form/fields.ts";
import type { Room, Shared } from "#lib/scenarios/rules.ts";
import type { Keeping } from "#lib/unsent/rules.ts";

/**
 * The script for the list and its sums loads after the page. Until then, and without JavaScript, the server calculates.
 */
const Chooser = lazy(() => import("#components/assessment/chooser.tsx"));

type ChooseFormProps = {
  action: FormAction;
  rooms: readonly Room[];
  rows: readonly ChooserRow[];
  settled: readonly Shared[];
  keeping: Keeping;
  requestId: string;
  /** The scenario that is open. */
  scenario: { name: string; revision: number } | null;
  nameFields: readonly Field[];
};

export function ChooseForm({ action, keeping, requestId, scenario, nameFields, ...list }: ChooseFormProps) {
  return (
    <FormShell
      sent={useSent(action, EMPTY_FORM, keeping.place.path)}
      requestId={requestId}
      keeping={keeping}
      fields={(values, errors) => (
        <>
          {scenario && <input type="hidden" name="revision" value={text(values, "revision") || scenario.revision} />}
          <Chooser {...list} values={values} errors={errors} isKept />
          {scenario && (
            <ButtonGroup>
              <Button name="intent" value="save">
                Save “{scenario.name}”
              </Button>
              <Button kind="secondary" name="intent" value="recommend">
                Save and turn into recommendations
              </Button>
            </ButtonGroup>
          )}
          <h2>{scenario ? "Save under another name" : "Save as a scenario"}</h2>
          <div className="app-narrow">
            <FormFields fields={nameFields} values={values} errors={errors} />
          </div>
        </>
      )}
    >
      <Button kind={scenario ? "secondary" : "primary"} name="intent" value="saveAs">
        {scenario ? "Save under this name" : "Save scenario"}
      </Button>
    </FormShell>
  );
}

type ReadOnlyProps = Pick<ChooseFormProps, "rooms" | "rows" | "settled"> & { initial: Values };

/** Shown to readers who cannot save. */
export const ChooseView = ({ initial, ...list }: ReadOnlyProps) => (
  <Chooser {...list} values={initial} errors={{}} isKept={false} />
);
