import type { VNode } from 'preact';
import { rateText, shortId, sizeText } from '../../../../../web/page/texts.ts';
import type { UploadBody } from '../../api/bodies.ts';

/** What others fetch from us. */
export function Uploads({ uploads }: { uploads: readonly UploadBody[] }): VNode {
  return (
    <section class="stack tight" aria-labelledby="up">
      <h2 id="up">Up</h2>
      <table class="panel uploads">
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">To</th>
            <th scope="col" class="number">
              Sent
            </th>
            <th scope="col" class="number">
              Rate
            </th>
          </tr>
        </thead>
        <tbody>
          {uploads.map(({ id, name, content, user, address, bytes, size, rate }) => (
            <tr key={id}>
              <td>{name === null ? <code>{shortId(content)}…</code> : <bdi>{name}</bdi>}</td>
              <td>
                <bdi>{user ?? address}</bdi>
              </td>
              <td class="number">
                {sizeText(bytes)} <span class="soft wide">of {sizeText(size)}</span>
              </td>
              <td class="number">{rateText(rate)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
