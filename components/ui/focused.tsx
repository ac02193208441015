"use client";

import { type ReactNode, useEffect, useRef } from "react";

/** Takes the focus when it appears: what had it is gone, and a keyboard would begin at the end of the page. */
export function Focused({ children }: { children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <div ref={place} tabIndex={-1}>
      {children}
    </div>
  );
}
