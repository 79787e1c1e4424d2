/** What the dashboards are asked for; left out: the server's 90 days. */
export interface Range {
    from?: string;
    to?: string;
}
