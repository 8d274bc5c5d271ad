import type { ReactNode } from 'react';
import classes from './software.module.css';

/** Names a table inside a section. */
export function SubHead({ children }: { children: ReactNode }) {
  return <h3 className={classes.subHead}>{children}</h3>;
}
