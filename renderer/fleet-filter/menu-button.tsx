import { Button, Menu, Popover } from '@mantine/core';
import { type ComponentType, type LazyExoticComponent, type ReactNode, Suspense, useRef, useState } from 'react';
import classes from './panels.module.css';

export interface PanelProps {
  onClose: () => void;
}

interface MenuButtonProps {
  label: string;
  icon: ReactNode;
  /** The table is not in its standard state in this respect. */
  isActive?: boolean;
  /** `menu` holds items to choose one of, `panel` anything. */
  kind: 'menu' | 'panel';
  Content: LazyExoticComponent<ComponentType<PanelProps>>;
}

/** A plain button until it is used: what it opens need not be there when the window starts. */
export function MenuButton({ label, icon, isActive, kind, Content }: MenuButtonProps) {
  const [isUsed, setUsed] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const target = useRef<HTMLButtonElement>(null);
  const onChange = (opened: boolean) => {
    setOpen(opened);
    // It mounts open, so it has not seen where the focus was.
    if (!opened) target.current?.focus();
  };
  const button = (
    <Button
      ref={target}
      variant="default"
      className={classes.menuTarget}
      data-active={isActive || undefined}
      leftSection={icon}
      aria-haspopup={kind === 'menu' ? 'menu' : 'dialog'}
      onClick={() => {
        setUsed(true);
        // Once it is there, the menu opens itself.
        if (!isUsed || kind === 'panel') onChange(!isOpen);
      }}
    >
      {label}
    </Button>
  );
  const content = (
    <Suspense>
      <Content onClose={() => onChange(false)} />
    </Suspense>
  );
  if (!isUsed) return button;
  return kind === 'menu' ? (
    <Menu opened={isOpen} onChange={onChange}>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown className={classes.dropdown}>{content}</Menu.Dropdown>
    </Menu>
  ) : (
    <Popover opened={isOpen} onChange={onChange} position="bottom-end" shadow="md" trapFocus withRoles>
      <Popover.Target>{button}</Popover.Target>
      <Popover.Dropdown className={classes.panel} aria-label={label}>
        {content}
      </Popover.Dropdown>
    </Popover>
  );
}
