import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { ReactNode, Ref } from 'react';

type Element = { readonly ref?: Ref<HTMLAnchorElement>; readonly children?: ReactNode };

/** Mantine's looks on the router's links: real addresses, checked against the routes. */
export const LinkText = createLink((props: AnchorProps & Element) => <Anchor {...props} />);
export const LinkButton = createLink((props: ButtonProps & Element) => <Button component="a" {...props} />);
