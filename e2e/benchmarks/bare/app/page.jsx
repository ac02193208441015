export default function Page() {
  return (
    <>
      <h1>A bare page</h1>
      <p>What Next sends for a page with nothing on it.</p>
    </>
  );
}
