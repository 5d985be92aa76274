import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';
import { strings } from './strings.ts';

/** The bell's green, light to dark. */
const bell: MantineColorsTuple = [
  '#eef6f5',
  '#dcebe9',
  '#b6d6d3',
  '#8dc1bb',
  '#6bb0a8',
  '#4f9d95',
  '#3c8880',
  '#2f6f6a',
  '#265b57',
  '#1b4541',
];

/** Mantine's red, but that white letters on a button of it can be read. */
const red: MantineColorsTuple = [
  '#fff5f5',
  '#ffe3e3',
  '#ffc9c9',
  '#ffa8a8',
  '#ff8787',
  '#ff6b6b',
  '#d63a34',
  '#b3261e',
  '#971f18',
  '#7c1913',
];

/** Papers and inks of the dark, light to dark; Mantine paints inputs and borders with them. */
const night: MantineColorsTuple = [
  '#e6e4de',
  '#c9cac7',
  '#a0a8ad',
  '#7d868b',
  '#454d51',
  '#353c40',
  '#262b2e',
  '#1d2123',
  '#15181a',
  '#0f1113',
];

/** Calm: system type, one accent, small radii, no shadows to speak of. */
export const theme = createTheme({
  colors: { bell, red, dark: night },
  components: {
    // A header of its own would be a second banner of the page.
    ModalHeader: { defaultProps: { role: 'presentation' } },
    CloseButton: { defaultProps: { 'aria-label': strings.close } },
    // What a field is for stands below it, so that fields beside each other line up.
    InputWrapper: { defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] } },
  },
  primaryColor: 'bell',
  primaryShade: 7,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, "Segoe UI", Roboto, "Noto Sans", "Noto Sans CJK SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace',
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.5rem' }, h2: { fontSize: '1.0625rem' } } },
});

/** Mantine's own quiet colors have too little contrast on these papers. */
export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#f7f6f2',
    '--mantine-color-text': '#23272b',
    '--mantine-color-default-color': '#23272b',
    '--mantine-color-dimmed': '#5d666d',
    '--mantine-color-placeholder': '#6b747b',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-anchor': '#265b57',
  },
  dark: {
    '--mantine-color-body': '#15181a',
    '--mantine-color-text': '#e6e4de',
    '--mantine-color-default-color': '#e6e4de',
    '--mantine-color-dimmed': '#a0a8ad',
    '--mantine-color-placeholder': '#8d959a',
    '--mantine-color-error': '#ff9d93',
    '--mantine-color-anchor': '#8dc1bb',
  },
});
