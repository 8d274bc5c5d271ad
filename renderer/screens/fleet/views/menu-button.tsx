import { Button, Menu } from '@mantine/core';
import { type ComponentType, type LazyExoticComponent, type ReactNode, Suspense, useRef, useState } from 'react';
import classes from '../fleet.module.css';

interface MenuButtonProps {
  label: string;
  icon: ReactNode;
  /** Is not in the table's standard state, which the button then shows. */
  isActive?: boolean;
  isDisabled?: boolean;
  Content: LazyExoticComponent<ComponentType>;
}

/** A plain button until it is used: what it opens need not be there when the window starts. */
export function MenuButton({ label, icon, isActive, isDisabled, Content }: MenuButtonProps) {
  const [isUsed, setUsed] = useState(false);
  const target = useRef<HTMLButtonElement>(null);
  const button = (
    <Button
      ref={target}
      variant="default"
      className={classes.menuTarget}
      data-active={isActive || undefined}
      leftSection={icon}
      disabled={isDisabled}
      aria-haspopup="menu"
      onClick={isUsed ? undefined : () => setUsed(true)}
    >
      {label}
    </Button>
  );
  if (!isUsed) return button;
  return (
    // It mounts open, so it has not seen where the focus was.
    <Menu defaultOpened closeOnItemClick={false} onClose={() => target.current?.focus()}>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown className={classes.dropdown}>
        <Suspense>
          <Content />
        </Suspense>
      </Menu.Dropdown>
    </Menu>
  );
}
