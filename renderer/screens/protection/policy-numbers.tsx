import { Button, NumberInput } from '@mantine/core';
import { IconAdjustmentsHorizontal } from '@tabler/icons-react';
import { useState } from 'react';
import { type ProtectionPolicy, policyBounds } from '#shared/domain/protection/policy';
import { useWords } from '../../app/i18n';
import classes from './protection.module.css';

/** What one of the unit is in the policy. */
const units = {
  guardC: 1,
  marginC: 1,
  hysteresisC: 1,
  engageAfterMs: 1000,
  settleMs: 60_000,
  coolForMs: 60_000,
  holdForMs: 3_600_000,
} as const satisfies Record<keyof typeof policyBounds, number>;
type Name = keyof typeof units;

const first: readonly Name[] = ['guardC', 'holdForMs'];
const more: readonly Name[] = ['marginC', 'hysteresisC', 'engageAfterMs', 'settleMs', 'coolForMs'];

interface PolicyNumbersProps {
  policy: ProtectionPolicy;
  onChange: (change: Partial<ProtectionPolicy>) => void;
}

/** When it acts and for how long: the two that differ from node to node, the others on demand. */
export function PolicyNumbers({ policy, onChange }: PolicyNumbersProps) {
  const { t } = useWords();
  const [isWhole, setWhole] = useState(false);
  const field = (name: Name) => {
    const unit = units[name];
    const { least, most } = policyBounds[name];
    return (
      <NumberInput
        key={name}
        label={t(`protectionScreen.policy.${name}`)}
        description={t(`protectionScreen.policyHelp.${name}`)}
        min={Math.ceil((least / unit) * 100) / 100}
        max={most / unit}
        step={1}
        decimalScale={2}
        clampBehavior="blur"
        value={policy[name] / unit}
        onChange={(value) => {
          const next = typeof value === 'number' ? Math.round(value * unit) : Number.NaN;
          if (next >= least && next <= most) onChange({ [name]: next });
        }}
      />
    );
  };
  return (
    <>
      <div className={classes.numbers}>{first.map(field)}</div>
      {isWhole ? (
        <div className={classes.numbers}>{more.map(field)}</div>
      ) : (
        <Button
          w="fit-content"
          size="compact-xs"
          variant="subtle"
          leftSection={<IconAdjustmentsHorizontal size={14} aria-hidden />}
          onClick={() => setWhole(true)}
        >
          {t('protectionScreen.moreNumbers')}
        </Button>
      )}
    </>
  );
}
