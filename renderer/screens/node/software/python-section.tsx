import { Anchor, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { PythonEnvironment, PythonEnvironmentsFacts } from '#shared/domain/facts/software';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { KeyValueTable } from '../../../components/key-value-table';
import { Value } from '../../../components/value';
import classes from './software.module.css';
import { SubHead } from './sub-head';
import { shownAtOnce } from './use-shown';

/** Environments with their PyTorch; one chosen shows its packages, and a search looks through all of them. */
export function PythonEnvironments({ facts }: { facts: PythonEnvironmentsFacts }) {
  const { t } = useWords();
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<string | null>(null);
  const { environments, systemPython } = facts;
  const environment = environments.find(({ prefix }) => prefix === chosen);
  const system = systemPython && [systemPython.path, systemPython.version].filter(Boolean).join(', ');
  return (
    <>
      <KeyValueTable
        columns={3}
        rows={[{ label: t('software.systemPython'), value: <Value value={system} path="systemPython" /> }]}
      />
      {environments.length > 0 && (
        <div className={classes.tools}>
          <TextInput
            size="xs"
            leftSection={<IconSearch size={14} aria-hidden />}
            aria-label={t('software.findPackage')}
            placeholder={t('software.findPackage')}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
      )}
      {search.trim() !== '' ? (
        <FoundPackages environments={environments} search={search} />
      ) : (
        <Environments environments={environments} chosen={chosen} onChoose={setChosen} />
      )}
      {search.trim() === '' && environment && <Packages environment={environment} />}
    </>
  );
}

function useTorchWords() {
  const { t } = useWords();
  return (torch: PythonEnvironment['torch']) => {
    if (torch === null) return null;
    const { version, cudaVersion, hipVersion } = torch;
    if (cudaVersion !== null) return t('software.torchCuda', { version, cuda: cudaVersion });
    return hipVersion === null
      ? t('software.torchCpu', { version })
      : t('software.torchHip', { version, hip: hipVersion });
  };
}

interface EnvironmentsProps {
  environments: readonly PythonEnvironment[];
  chosen: string | null;
  onChoose: (prefix: string | null) => void;
}

function Environments({ environments, chosen, onChoose }: EnvironmentsProps) {
  const { t } = useWords();
  const torchWords = useTorchWords();
  return (
    <FactTable
      label={t('software.python')}
      rows={environments}
      rowKey={({ prefix }) => prefix}
      empty={t('software.noEnvironments')}
      selectedKey={chosen}
      onSelect={({ prefix }) => onChoose(prefix === chosen ? null : prefix)}
      columns={[
        {
          id: 'name',
          header: t('software.environment'),
          cell: ({ name, prefix }) => (
            <Anchor
              component="button"
              type="button"
              size="sm"
              aria-expanded={prefix === chosen}
              onClick={(event) => {
                event.stopPropagation();
                onChoose(prefix === chosen ? null : prefix);
              }}
            >
              {name}
            </Anchor>
          ),
        },
        { id: 'kind', header: t('software.kind'), cell: ({ kind }) => t(`software.environmentKind.${kind}`) },
        {
          id: 'python',
          header: t('software.pythonVersion'),
          cell: ({ pythonVersion }, index) => (
            <Value value={pythonVersion} path={`environments.${index}.pythonVersion`} />
          ),
        },
        {
          id: 'torch',
          header: t('software.torch'),
          cell: ({ torch }, index) => <Value value={torchWords(torch)} path={`environments.${index}.torch`} />,
        },
        {
          id: 'packages',
          header: t('software.packageCount'),
          isNumeric: true,
          cell: ({ packages }, index) => <Value value={packages.length} path={`environments.${index}.packages`} />,
        },
        {
          id: 'prefix',
          header: t('software.prefix'),
          isWide: true,
          cell: ({ prefix }, index) => <Value value={prefix} path={`environments.${index}.prefix`} />,
        },
      ]}
    />
  );
}

/** A package by a part of its name, in whichever environments have it. */
function FoundPackages({ environments, search }: { environments: readonly PythonEnvironment[]; search: string }) {
  const { t } = useWords();
  const found = useMemo(() => {
    const wanted = search.trim().toLowerCase();
    return environments.flatMap(({ name, prefix, packages }) =>
      packages
        .filter((each) => each.name.toLowerCase().includes(wanted))
        .map((each) => ({ ...each, environment: name, prefix })),
    );
  }, [environments, search]);
  const rest = found.length - shownAtOnce;
  return (
    <>
      <FactTable
        label={t('software.findPackage')}
        rows={found.slice(0, shownAtOnce)}
        rowKey={(each) => `${each.prefix} ${each.name}`}
        empty={t('software.noPackage')}
        columns={[
          { id: 'name', header: t('software.packageName'), cell: ({ name }) => name },
          { id: 'version', header: t('software.version'), cell: ({ version }) => version },
          { id: 'source', header: t('software.from'), cell: ({ source }) => source },
          { id: 'environment', header: t('software.environment'), cell: ({ environment }) => environment },
          { id: 'prefix', header: t('software.prefix'), isWide: true, cell: ({ prefix }) => prefix },
        ]}
      />
      {rest > 0 && <p className="dim">{t('software.more', { count: rest })}</p>}
    </>
  );
}

function Packages({ environment: { name, packages } }: { environment: PythonEnvironment }) {
  const { t } = useWords();
  const title = t('software.packagesOf', { name });
  const rest = packages.length - shownAtOnce * 2;
  return (
    <section className={classes.detail} aria-label={title}>
      <SubHead>{title}</SubHead>
      <ul className={classes.packages}>
        {packages.slice(0, shownAtOnce * 2).map((each) => (
          <li key={each.name}>
            <span title={each.name}>{each.name}</span>
            <span className="dim">{each.version}</span>
          </li>
        ))}
      </ul>
      {rest > 0 && <p className="dim">{t('software.more', { count: rest })}</p>}
    </section>
  );
}
