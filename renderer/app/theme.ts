import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from '@mantine/core';

/** Neutral from paper to ink. The interface itself is grey: colour is kept for states (see `styles.css`). */
const ink: MantineColorsTuple = [
  '#f6f7f9',
  '#eceef1',
  '#dcdfe5',
  '#c1c6cf',
  '#98a0ad',
  '#6d7685',
  '#4b5462',
  '#363e4a',
  '#262d37',
  '#171c24',
];

const dark: MantineColorsTuple = [
  '#d5d9e0',
  '#b4bac5',
  '#949ba8',
  '#6b7280',
  '#3a414d',
  '#2c323c',
  '#232831',
  '#1a1e25',
  '#14171d',
  '#0e1116',
];

/** What lies on the primary colour is white on ink by day and ink on white by night. */
const variantColorResolver: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  const isPrimary = (input.color ?? input.theme.primaryColor) === input.theme.primaryColor;
  return input.variant === 'filled' && isPrimary
    ? { ...colors, color: 'var(--mantine-primary-color-contrast)' }
    : colors;
};

const smallInput = { defaultProps: { size: 'xs' } };

export const theme = createTheme({
  colors: { ink, dark },
  primaryColor: 'ink',
  primaryShade: { light: 8, dark: 1 },
  variantColorResolver,
  black: '#171c24',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", "Noto Sans Mono CJK SC", Menlo, Consolas, monospace',
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.8125rem', lg: '0.9375rem', xl: '1.125rem' },
  spacing: { xs: '0.375rem', sm: '0.625rem', md: '0.875rem', lg: '1.25rem', xl: '1.75rem' },
  fontWeights: { regular: '400', medium: '500', bold: '600' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.125rem', lineHeight: '1.4' },
      h2: { fontSize: '0.9375rem', lineHeight: '1.4' },
      h3: { fontSize: '0.8125rem', lineHeight: '1.4' },
    },
  },
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', size: 'md', color: 'gray' } },
    TextInput: smallInput,
    PasswordInput: smallInput,
    NumberInput: smallInput,
    Textarea: smallInput,
    Select: smallInput,
    MultiSelect: smallInput,
    Checkbox: smallInput,
    Switch: smallInput,
    SegmentedControl: smallInput,
    Badge: { defaultProps: { variant: 'default', size: 'sm', radius: 'sm', tt: 'none' } },
    Tooltip: { defaultProps: { openDelay: 250, withArrow: true, multiline: true, maw: 420, fz: 'xs' } },
    Menu: {
      defaultProps: { shadow: 'md', position: 'bottom-end', returnFocus: true, withInitialFocusPlaceholder: false },
    },
    // The page never scrolls, its panes do; locking the body would inject a style element for nothing.
    Modal: {
      styles: { title: { fontWeight: 600 } },
      defaultProps: { centered: true, lockScroll: false, transitionProps: { duration: 100 } },
    },
    Drawer: {
      styles: { title: { fontWeight: 600 } },
      defaultProps: { lockScroll: false, position: 'right', transitionProps: { duration: 120 } },
    },
    Tabs: { defaultProps: { keepMounted: false } },
  },
});

/** Mantine works the contrast out for the light scheme alone; ours turns from dark on light to light on dark. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-primary-color-contrast': '#ffffff' },
  dark: { '--mantine-primary-color-contrast': '#14171d' },
});
