/**
 * Where a customer stands in a path. Ids that proxies would rewrite on the way go into the query instead, with `-` in
 * their place (docs/api.md, "Ids in paths").
 */
export function atCustomer(customer_id: string): { path: { customer_id: string }; query?: never } {
    if (
        /[/\\\u0000-\u001f\u007f]/.test(customer_id) ||
        customer_id === '.' ||
        customer_id === '..' ||
        customer_id === '-'
    ) {
        return { path: { customer_id: '-' }, query: { customer_id } as never };
    }
    return { path: { customer_id } };
}
