import { AppShell } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { strings } from '../strings.ts';

/** The left-side navigation, with Alerts > Alert Rules where the vendor's document looks for it. */
export function Navigation(): ReactNode {
  const { nav } = strings;
  return (
    <AppShell.Navbar p="sm" className="frame-nav" component="nav" aria-label={nav.title}>
      <To to="/" isExact>
        {nav.overview}
      </To>
      <p className="nav-group" id="nav-alerts">
        {nav.alertsGroup}
      </p>
      <section className="nav-inside" aria-labelledby="nav-alerts">
        <To to="/alerts">{nav.alerts}</To>
        <To to="/alert-rules">{nav.alertRules}</To>
        <To to="/silences">{nav.silences}</To>
        <To to="/events">{nav.events}</To>
      </section>
      <div className="nav-rest">
        <To to="/deliveries">{nav.deliveries}</To>
        <To to="/endpoints">{nav.endpoints}</To>
        <To to="/inbox">{nav.inbox}</To>
        <To to="/contacts">{nav.contacts}</To>
        <To to="/settings">{nav.settings}</To>
      </div>
    </AppShell.Navbar>
  );
}

function To(props: {
  readonly to: NonNullable<LinkProps['to']>;
  readonly isExact?: boolean;
  readonly children: string;
}) {
  return (
    <Link
      to={props.to}
      className="nav-link"
      activeOptions={{ exact: props.isExact ?? false, includeSearch: false }}
      activeProps={{ 'aria-current': 'page' }}
    >
      {props.children}
    </Link>
  );
}
