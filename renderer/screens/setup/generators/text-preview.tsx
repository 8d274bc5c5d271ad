import { useWords } from '../../../app/i18n';
import classes from './generators.module.css';

/** Laying out more takes longer than a frame may. */
const mostLines = 2000;

/** A generated file to read: of a long one its beginning, which is said. */
export function TextPreview({ text }: { text: string }) {
  const { t } = useWords();
  const lines = text.split('\n');
  const isCut = lines.length > mostLines;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls has to be reachable by key */}
      <pre className={classes.text} tabIndex={0}>
        {isCut ? lines.slice(0, mostLines).join('\n') : text}
      </pre>
      {isCut && (
        <p className={classes.help}>
          {t('generatorScreen.firstLines', { shown: mostLines, count: lines.length - (text.endsWith('\n') ? 1 : 0) })}
        </p>
      )}
    </>
  );
}
