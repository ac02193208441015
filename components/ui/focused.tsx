"use client";

import { type ReactNode, useEffect, useRef } from "react";

/**
 * Takes focus when it appears, because the element that had focus is gone and keyboard users would start at the end of
 * the page.
 */
export function Focused({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <div ref={place} tabIndex={-1}>
      {children}
    </div>
  );
}
