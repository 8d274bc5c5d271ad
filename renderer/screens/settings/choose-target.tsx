import { Button, type ComboboxData, Group, Modal, Select } from '@mantine/core';
import { useState } from 'react';
import type { EngineClient } from '#shared/contract/index';
import { useWords } from '../../app/i18n';
import classes from './settings.module.css';

export type FaultTarget = Awaited<ReturnType<EngineClient['sim']['targets']>>[number];

/** A fault that can hit one of several things of a node. */
export interface FaultChoice {
  readonly node: string;
  readonly fault: string;
  readonly targets: readonly FaultTarget[];
}

interface ChooseTargetProps {
  choice: FaultChoice;
  title: string;
  onClose: () => void;
  onChosen: (options: FaultTarget['options']) => void;
}

/** Asks which GPU, disk, link or module is to break; the usual one is chosen already. */
export function ChooseTarget({ choice, title, onClose, onChosen }: ChooseTargetProps) {
  const { t } = useWords();
  const [chosen, setChosen] = useState('0');
  const target = choice.targets[Number(chosen)];
  return (
    <Modal
      opened
      onClose={onClose}
      title={`${choice.node}: ${title}`}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <form
        className={classes.group}
        onSubmit={(event) => {
          event.preventDefault();
          if (target) onChosen(target.options);
        }}
      >
        <Select
          searchable
          allowDeselect={false}
          label={t('sim.target')}
          data={listOf(choice.targets, (group) => (isGroup(group) ? t(`parts.kind.${group}`) : group))}
          value={chosen}
          onChange={(next) => next !== null && setChosen(next)}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('shell.confirm.cancel')}
          </Button>
          <Button data-autofocus type="submit" disabled={!target}>
            {t('sim.inject')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

function isGroup(group: string): group is 'gpu' | 'nic' | 'disk' | 'dimm' {
  return ['gpu', 'nic', 'disk', 'dimm'].includes(group);
}

/** By group, in the order in which they come. */
function listOf(targets: readonly FaultTarget[], wordsOf: (group: string) => string): ComboboxData {
  const items = targets.map(({ group, label }, index) => ({ group, value: String(index), label }));
  const groups = [...new Set(items.flatMap(({ group }) => group ?? []))];
  if (groups.length === 0) return items.map(({ value, label }) => ({ value, label }));
  return groups.map((group) => ({
    group: wordsOf(group),
    items: items.filter((item) => item.group === group).map(({ value, label }) => ({ value, label })),
  }));
}
