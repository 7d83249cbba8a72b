/**
 * Names of columns as tools write them, without case, accents and punctuation, in the languages that exporters have. The
 * first name that the table has counts.
 */
export const OFFSET_NAMES = (
  'timeinseconds contentoffsetseconds offsetseconds offsetms offset videooffset videooffsettimemsec seconds elapsed ' +
  'elapsedtime elapsedseconds elapsedms streamtime videotime relativetime timeoffset timecode vposms'
).split(' ');

export const WALL_NAMES = (
  'time timetext timestamp createdutc createdat created date datetime sentat publishedat postedat receivedat sent ts t clock day ' +
  'in livechatcreatetimestamp createtimestamp commentcreatetimestamp ' +
  'zeit zeitstempel uhrzeit datum heure horodatage temps hora tiempo fecha tempo data ora tijd tijdstip czas ' +
  'время дата 时间 時間 時刻 日時 日期 시간 날짜'
).split(' ');

export const USER_NAMES = (
  'user username author authorname authordisplayname displayname name nick nickname login sender from u ' +
  'benutzer benutzername nutzer nutzername autor absender utilisateur auteur pseudo usuario nombre utente autore nome ' +
  'gebruiker gebruikersnaam uzytkownik пользователь автор имя 用户 用户名 昵称 使用者 ユーザー ユーザー名 名前 投稿者 사용자 작성자 닉네임'
).split(' ');

export const TEXT_NAMES = (
  'text message body msg content contents comment chat livechattext livecomment livevideocomment commenttext messagetext m ' +
  'nachricht kommentar commentaire texte mensaje comentario texto mensagem messaggio commento testo bericht reactie ' +
  'wiadomosc komentarz сообщение текст комментарий 消息 内容 弹幕 评论 メッセージ コメント 本文 메시지 댓글 내용 채팅'
).split(' ');
