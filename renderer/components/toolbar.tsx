import type { ReactNode } from 'react';
import classes from './toolbar.module.css';

interface ToolbarProps {
  /** The screen's name, its only heading of level one. */
  title: ReactNode;
  /** After the title: counts, badges. */
  info?: ReactNode;
  /** At the right: what can be done here. */
  children?: ReactNode;
}

/** The one line on top of a screen. */
export function Toolbar({ title, info, children }: ToolbarProps) {
  return (
    <div className={classes.toolbar}>
      <h1 className={classes.title}>{title}</h1>
      <div className={classes.info}>{info}</div>
      <div className={classes.actions}>{children}</div>
    </div>
  );
}
