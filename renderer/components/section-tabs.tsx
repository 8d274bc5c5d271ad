import { Tabs } from '@mantine/core';
import type { ComponentType } from 'react';
import classes from './section-tabs.module.css';

interface SectionTabsProps<Id extends string> {
  /** The first is open where the route names none. */
  sections: ReadonlyArray<{ readonly id: Id; readonly Panel: ComponentType }>;
  /** As the route names it. */
  current: string | undefined;
  onOpen: (id: Id) => void;
  label: string;
  nameOf: (id: Id) => string;
  panelClassName: string | undefined;
}

/** The sections of a screen, of which its route names the open one. */
export function SectionTabs<Id extends string>(props: SectionTabsProps<Id>) {
  const { sections, current, onOpen, label, nameOf, panelClassName } = props;
  const open = (sections.find(({ id }) => id === current) ?? sections[0])?.id;
  return (
    <Tabs className={classes.tabs} value={open} onChange={(id) => id && onOpen(id as Id)}>
      <Tabs.List px="md" pt={4} aria-label={label}>
        {sections.map(({ id }) => (
          <Tabs.Tab key={id} value={id}>
            {nameOf(id)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {sections.map(({ id, Panel }) => (
        <Tabs.Panel key={id} value={id} className={panelClassName}>
          <Panel />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
