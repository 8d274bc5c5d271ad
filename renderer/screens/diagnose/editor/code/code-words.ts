import type { Words } from '../../../../app/i18n';

/** CodeMirror's own words by what it calls them, on screen and for a screen reader. */
export function codeWords(t: Words['t']): Record<string, string> {
  return {
    Find: t('treeEditor.code.find'),
    Replace: t('treeEditor.code.replaceWith'),
    next: t('treeEditor.code.next'),
    previous: t('treeEditor.code.previous'),
    all: t('treeEditor.code.all'),
    'match case': t('treeEditor.code.matchCase'),
    regexp: t('treeEditor.code.regexp'),
    'by word': t('treeEditor.code.byWord'),
    replace: t('treeEditor.code.replace'),
    'replace all': t('treeEditor.code.replaceAll'),
    close: t('treeEditor.code.close'),
    'replaced match on line $': t('treeEditor.code.replacedOnLine'),
    'replaced $ matches': t('treeEditor.code.replacedMatches'),
    'current match': t('treeEditor.code.currentMatch'),
    'on line': t('treeEditor.code.onLine'),
    'Go to line': t('treeEditor.code.goToLine'),
    go: t('treeEditor.code.go'),
    Completions: t('treeEditor.code.completions'),
    'Fold line': t('treeEditor.code.foldLine'),
    'Unfold line': t('treeEditor.code.unfoldLine'),
    'Folded lines': t('treeEditor.code.foldedLines'),
    'Unfolded lines': t('treeEditor.code.unfoldedLines'),
    to: t('treeEditor.code.to'),
    'folded code': t('treeEditor.code.folded'),
    unfold: t('treeEditor.code.unfold'),
    'Control character': t('treeEditor.code.controlCharacter'),
    'Selection deleted': t('treeEditor.code.selectionDeleted'),
    '$ unchanged lines': t('treeEditor.code.unchangedLines'),
    'Revert this chunk': t('treeEditor.code.takeChunk'),
  };
}
