import type { GpuDriverFacts } from '#shared/domain/facts/gpu';
import type { CudaFacts } from '#shared/domain/facts/software';
import { useWords } from '../../../app/i18n';
import { FactTable } from '../../../components/fact-table';
import { KeyValueTable } from '../../../components/key-value-table';
import { Value, ValueSourceProvider } from '../../../components/value';
import { factsOf } from '../node-results';
import { useResults } from '../probe-section';
import { SubHead } from './sub-head';

export function DriverView({ facts }: { facts: GpuDriverFacts }) {
  const { t } = useWords();
  const { results, infos } = useResults();
  const result = results.get('gpu');
  const gpu = factsOf('gpu', result);
  const fromNvidiaSmi = [
    { label: t('software.driverVersion'), value: gpu?.driverVersion, path: 'driverVersion' },
    { label: t('software.cudaVersion'), value: gpu?.cudaVersion, path: 'cudaVersion' },
  ];
  const parameters = Object.entries(facts.parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join('  ');
  const libraries = [...new Set(facts.userLibraries.map(({ version }) => version))].join(', ');
  const row = (label: string, value: string | null, path: string, isMono = false) => ({
    label,
    value: <Value value={value} path={path} isMono={isMono} isClamped={isMono} />,
  });
  return (
    <KeyValueTable
      rows={[
        ...fromNvidiaSmi.map(({ label, value, path }) => ({
          label,
          value: (
            <ValueSourceProvider value={result ? { result, info: infos.get('gpu') } : null}>
              <Value value={value} path={path} />
            </ValueSourceProvider>
          ),
        })),
        row(t('software.moduleVersion'), facts.kernelModuleVersion, 'kernelModuleVersion'),
        row(t('software.installedModule'), facts.installedModuleVersion, 'installedModuleVersion'),
        row(t('software.userLibraries'), libraries, 'userLibraries'),
        {
          label: t('software.openModule'),
          value: <Value value={facts.isOpenKernelModule} unit="flag" path="isOpenKernelModule" />,
        },
        row(t('software.compiler'), facts.gccVersion, 'gccVersion'),
        row(t('software.modules'), facts.loadedModules.join(', '), 'loadedModules'),
        row(t('software.parameters'), parameters, 'parameters', true),
      ]}
    />
  );
}

export function CudaView({ facts }: { facts: CudaFacts }) {
  const { t } = useWords();
  return (
    <>
      <KeyValueTable
        rows={[{ label: t('software.nvcc'), value: <Value value={facts.nvccVersion} path="nvccVersion" /> }]}
      />
      <FactTable
        label={t('software.cuda')}
        rows={facts.toolkits}
        rowKey={(toolkit) => toolkit.path}
        empty={t('software.noCuda')}
        columns={[
          {
            id: 'path',
            header: t('software.path'),
            isWide: true,
            cell: (toolkit, index) => <Value value={toolkit.path} path={`toolkits.${index}.path`} />,
          },
          {
            id: 'version',
            header: t('software.version'),
            cell: (toolkit, index) => <Value value={toolkit.version} path={`toolkits.${index}.version`} />,
          },
        ]}
      />
      <SubHead>{t('software.libraries')}</SubHead>
      <FactTable
        label={t('software.libraries')}
        rows={facts.libraries}
        rowKey={(library) => library.path}
        empty={t('software.noLibraries')}
        columns={[
          { id: 'name', header: t('software.library'), cell: ({ name }) => libraryNames[name] },
          {
            id: 'path',
            header: t('software.path'),
            isWide: true,
            cell: (library, index) => <Value value={library.path} path={`libraries.${index}.path`} />,
          },
          {
            id: 'version',
            header: t('software.version'),
            cell: (library, index) => <Value value={library.version} path={`libraries.${index}.version`} />,
          },
        ]}
      />
    </>
  );
}

const libraryNames = { cudnn: 'cuDNN', nccl: 'NCCL', rocm: 'ROCm' } as const;
