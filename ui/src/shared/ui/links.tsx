// Buttons and words that lead to a screen, with the router's types for where.
import { Anchor, type AnchorProps, Button, type ButtonProps } from '@mantine/core';
import { createLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, Ref } from 'react';

type Plain = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof ButtonProps> & { ref?: Ref<HTMLAnchorElement> };
type Text = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, keyof AnchorProps> & { ref?: Ref<HTMLAnchorElement> };

export const LinkButton = createLink((props: ButtonProps & Plain) => <Button component="a" {...props} />);
export const LinkText = createLink((props: AnchorProps & Text) => <Anchor {...props} />);
