/** An answer that is not the wanted one; `message` is for people. */
export class ApiFailure extends Error {
  /** @param {string} message @param {number} status 0 when there was no answer */
  constructor(message, status) {
    super(message);
    this.name = 'ApiFailure';
    this.status = status;
  }
}

/** What is asked of the API, below `base`, with the token where one was given. */
export class Api {
  #base;
  /** @type {() => string | null} */
  #token;

  /** @param {string} base ends with a slash @param {() => string | null} [token] */
  constructor(base, token = () => null) {
    this.#base = base;
    this.#token = token;
  }

  /**
   * @param {string} path below `api/`
   * @param {{ signal?: AbortSignal, headers?: Record<string, string> }} [options]
   * @returns {Promise<Response>} with status 200
   * @throws ApiFailure
   */
  async get(path, { signal, headers = {} } = {}) {
    const token = this.#token();
    /** @type {Record<string, string>} */
    const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
    let response;
    try {
      response = await fetch(`${this.#base}api/${path}`, {
        headers: { ...headers, ...authorization },
        cache: 'no-store',
        ...(signal === undefined ? {} : { signal }),
      });
    } catch (cause) {
      signal?.throwIfAborted();
      throw Object.assign(new ApiFailure('The API does not answer.', 0), { cause });
    }
    if (response.ok) return response;
    throw new ApiFailure(await reasonOf(response), response.status);
  }

  /** @param {string} path @param {AbortSignal} signal @throws ApiFailure */
  async getJson(path, signal) {
    return (await this.get(path, { signal })).json();
  }
}

/** The detail of a problem document, else the status. @param {Response} response */
async function reasonOf(response) {
  try {
    const { detail, title } = await response.json();
    for (const words of [detail, title]) if (typeof words === 'string' && words !== '') return words;
  } catch {
    // No problem document: a proxy answered.
  }
  return `The API answers ${response.status}.`;
}
