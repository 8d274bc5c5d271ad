import { Button, Menu, Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Generator } from '#shared/domain/generators/generator';
import { generators } from '#shared/domain/generators/index';
import { useWords } from '../../../app/i18n';
import { StatePanel } from '../../../components/state-panel';
import { Toolbar } from '../../../components/toolbar';
import { useFleet } from '../../../stores/fleet-store';
import { SetupTitle } from '../setup-title';
import { FilePanel } from './file-panel';
import { drawnPaths, problemsByField, withValue } from './form-paths';
import { GeneratorFields } from './generator-field';
import classes from './generators.module.css';
import { PasteDialog } from './paste-dialog';
import { ProblemList } from './problem-list';
import { useNodeFacts } from './use-node-facts';

/** One kind of file: its form, judged while it is filled in, beside what it makes. */
export function GeneratorScreen({ generatorId }: { generatorId: string }) {
  const { t } = useWords();
  const generator = generators.find(({ id }) => id === generatorId);
  if (generator) return <Form generator={generator} />;
  return (
    <>
      <Toolbar title={<SetupTitle title={t('setupScreen.section.generators')} section="generators" />} />
      <StatePanel tone="unknown" title={t('generatorScreen.missing', { id: generatorId })} />
    </>
  );
}

function Form({ generator }: { generator: Generator }) {
  const { t, localized } = useWords();
  const hosts = useFleet((state) => state.hosts);
  const [hostId, setHostId] = useState<string | null>(null);
  const facts = useNodeFacts(hostId);
  const [values, setValues] = useState<Readonly<Record<string, unknown>>>(() => generator.initial(null));
  const [notes, setNotes] = useState<ReturnType<Generator['problems']>>([]);
  /** The form is drawn anew when all of it is replaced. */
  const [round, setRound] = useState(0);
  const [isPasting, setPasting] = useState(false);
  const problems = useMemo(() => generator.problems(values, facts), [generator, values, facts]);
  const byField = useMemo(
    () => problemsByField(problems, drawnPaths(generator, values)),
    [generator, problems, values],
  );
  const files = useMemo(() => generator.files(values), [generator, values]);
  const replace = (next: Readonly<Record<string, unknown>>, said: typeof notes = []) => {
    setValues(next);
    setNotes(said);
    setRound((count) => count + 1);
  };
  const nodes = [...(hosts?.values() ?? [])].filter(({ spec }) => spec.kind !== 'bundle');
  return (
    <>
      <Toolbar title={<SetupTitle title={localized(generator.title)} section="generators" />}>
        <Select
          aria-label={t('generatorScreen.node')}
          placeholder={t('generatorScreen.node')}
          w={200}
          clearable
          searchable
          data={nodes.map(({ spec }) => ({ value: spec.id, label: spec.name }))}
          value={hostId}
          onChange={setHostId}
        />
        <Menu>
          <Menu.Target>
            <Button variant="default">{t('generatorScreen.examples')}</Button>
          </Menu.Target>
          <Menu.Dropdown maw={420}>
            {generator.examples.map((example) => (
              <Menu.Item key={example.id} onClick={() => replace(example.values)}>
                <div>{localized(example.title)}</div>
                <div className="dim small">{localized(example.description)}</div>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        {generator.read && (
          <Button variant="default" onClick={() => setPasting(true)}>
            {t('generatorScreen.paste')}
          </Button>
        )}
      </Toolbar>
      <div className={classes.split}>
        <form key={round} className={classes.form} noValidate onSubmit={(event) => event.preventDefault()}>
          <p className="dim">{localized(generator.description)}</p>
          <ProblemList problems={[...notes, ...(byField.get('') ?? [])]} />
          {generator.sections.map(({ title, fields }) => (
            <section key={title.en} className={classes.section}>
              <h2>{localized(title)}</h2>
              <GeneratorFields
                fields={fields}
                around={values}
                form={values}
                path={[]}
                problems={byField}
                onChange={(path, value) => setValues((before) => withValue(before, path, value))}
              />
            </section>
          ))}
        </form>
        <FilePanel
          generator={generator}
          values={values}
          files={files}
          problems={problems}
          hostId={hostId}
          onTake={replace}
        />
      </div>
      {isPasting && (
        <PasteDialog
          generator={generator}
          onTake={(read) => {
            replace(read.values, [...read.notes]);
            setPasting(false);
          }}
          onClose={() => setPasting(false)}
        />
      )}
    </>
  );
}
