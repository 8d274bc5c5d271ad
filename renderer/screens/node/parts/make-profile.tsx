import { Button, Checkbox, Group, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { PartKind } from '#shared/domain/parts/part';
import type { Profile } from '#shared/domain/profile/profile';
import { useWords } from '../../../app/i18n';
import { notifyError } from '../../../components/notify-error';
import { StateView } from '../../../components/state-view';
import classes from '../../../parts/parts.module.css';
import { usePartWords } from '../../../parts/use-part-words';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import { useHostName } from '../../../stores/fleet-store';

type Countable = Awaited<ReturnType<typeof engine.profiles.countable>>;
type Chosen = Readonly<Partial<Record<PartKind, readonly string[]>>>;

interface MakeProfileProps {
  hostId: string;
  onClose: () => void;
  onMade: (profile: Profile) => void;
}

/** Makes a profile from a node that is as it should be: which kinds and attributes count can be chosen. */
export function MakeProfile({ hostId, onClose, onMade }: MakeProfileProps) {
  const words = useWords();
  const { t } = words;
  const hostName = useHostName(hostId);
  const query = useQuery(`countable ${hostId}`, (signal) => engine.profiles.countable({ hostId }, { signal }));
  const [name, setName] = useState(hostName);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [isBusy, setBusy] = useState(false);
  const make = async (counted: Chosen) => {
    setBusy(true);
    try {
      const lists = Object.fromEntries(Object.entries(counted).map(([kind, names]) => [kind, [...(names ?? [])]]));
      onMade(await engine.profiles.fromNode({ hostId, name, counted: lists }));
    } catch (error) {
      notifyError(error, words);
      setBusy(false);
    }
  };
  return (
    <Modal
      opened
      onClose={onClose}
      size="xl"
      title={t('partsScreen.profile.make')}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <StateView query={query}>
        {(countable) => {
          const counted = chosen ?? defaultsOf(countable);
          return (
            <form
              className={classes.stack}
              onSubmit={(event) => {
                event.preventDefault();
                void make(counted);
              }}
            >
              <TextInput
                data-autofocus
                label={t('partsScreen.profile.name')}
                value={name}
                maxLength={120}
                onChange={(event) => setName(event.currentTarget.value)}
              />
              <section className={classes.group}>
                <h3>{t('partsScreen.profile.counted')}</h3>
                <p className="dim">{t('partsScreen.profile.countedHelp')}</p>
                <CountedChoice countable={countable} counted={counted} onChange={setChosen} />
              </section>
              <Group justify="flex-end">
                <Button variant="default" onClick={onClose}>
                  {t('partsScreen.profile.cancel')}
                </Button>
                <Button
                  type="submit"
                  loading={isBusy}
                  disabled={name.trim() === '' || Object.keys(counted).length === 0}
                >
                  {t('partsScreen.profile.create')}
                </Button>
              </Group>
            </form>
          );
        }}
      </StateView>
    </Modal>
  );
}

function defaultsOf(countable: Countable): Chosen {
  return Object.fromEntries(
    countable
      .filter(({ isCounted }) => isCounted)
      .map(({ kind, attributes }) => [kind, attributes.filter((one) => one.isCounted).map(({ name }) => name)]),
  );
}

interface CountedChoiceProps {
  countable: Countable;
  counted: Chosen;
  onChange: (counted: Chosen) => void;
}

function CountedChoice({ countable, counted, onChange }: CountedChoiceProps) {
  const { t } = useWords();
  const words = usePartWords();
  const set = (kind: PartKind, names: readonly string[] | null) => {
    const { [kind]: _, ...rest } = counted;
    onChange(names === null ? rest : { ...rest, [kind]: names });
  };
  return (
    <div className={classes.kinds}>
      {countable.map(({ kind, count, attributes }) => {
        const names = counted[kind];
        const defaults = attributes.filter((one) => one.isCounted).map(({ name }) => name);
        return (
          <fieldset key={kind}>
            <Checkbox
              size="xs"
              label={
                <>
                  <strong>{words.kind(kind)}</strong> <span className="dim">{count}</span>
                </>
              }
              aria-label={words.kind(kind)}
              checked={names !== undefined}
              onChange={(event) => set(kind, event.currentTarget.checked ? defaults : null)}
            />
            {names && (
              <details>
                <summary>{t('partsScreen.profile.chosen', { count: names.length, total: attributes.length })}</summary>
                <div className={classes.names}>
                  {attributes.map(({ name }) => (
                    <Checkbox
                      key={name}
                      size="xs"
                      label={words.attribute(name)}
                      checked={names.includes(name)}
                      onChange={(event) =>
                        set(kind, event.currentTarget.checked ? [...names, name] : names.filter((one) => one !== name))
                      }
                    />
                  ))}
                </div>
              </details>
            )}
          </fieldset>
        );
      })}
    </div>
  );
}
