import { connection } from "next/server";

export const metadata = { title: "A bare page" };

export default async function Layout({ children }) {
  await connection();
  return (
    <html lang="en-NZ">
      <body>
        <main>{children}</main>
      </body>
    </html>
  );
}
