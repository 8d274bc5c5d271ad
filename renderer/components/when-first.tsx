import { type ReactNode, Suspense, useState } from 'react';

/**
 * Mounts its content when it is first wanted and keeps it from then on, so that a dialog can close in its own way. With
 * `lazy` content the window starts without its code.
 */
export function WhenFirst({ isWanted, children }: { isWanted: boolean; children: ReactNode }) {
  const [wasWanted, setWasWanted] = useState(isWanted);
  if (isWanted && !wasWanted) setWasWanted(true);
  return wasWanted ? <Suspense>{children}</Suspense> : null;
}
