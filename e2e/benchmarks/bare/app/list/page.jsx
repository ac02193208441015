import pg from "pg";

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const SQL = `SELECT a.reference, a.title, a.state, g.name AS agency, a."stateSince" FROM "Application" a
  JOIN "Agency" g ON g.id = a."agencyId" ORDER BY a."stateSince" DESC, a.id LIMIT 25`;

/** A list as anybody would write it: one statement, one table. */
export default async function List() {
  const { rows } = await pool.query({ name: "list", text: SQL });
  return (
    <>
      <h1>Applications</h1>
      <table>
        <thead>
          <tr>
            <th>Reference</th>
            <th>Title</th>
            <th>Agency</th>
            <th>State</th>
            <th>Changed</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ reference, title, state, agency, stateSince }) => (
            <tr key={reference}>
              <td>
                <a href={`/applications/${reference}`}>{reference}</a>
              </td>
              <td>{title}</td>
              <td>{agency}</td>
              <td>{state}</td>
              <td>{stateSince.toISOString()}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
