/** The calendar feed. */
export const feed = {
  'feed.title': { vi: 'Xem lịch phát trên điện thoại của bạn', en: 'See the schedule in your own calendar' },
  'feed.what': { vi: 'Lịch phát hiện trong ứng dụng lịch của điện thoại và tự cập nhật, không cần mở trang này.', en: 'The schedule appears in your phone’s calendar and keeps itself up to date, without this page.' },
  'feed.link': { vi: 'Địa chỉ lịch', en: 'Address of the calendar' },
  'feed.copy': { vi: 'Sao chép', en: 'Copy' },
  'feed.copied': { vi: 'Đã sao chép địa chỉ lịch.', en: 'The address was copied.' },
  'feed.homely': { vi: 'Địa chỉ này chỉ dùng được trên máy chủ. Hãy mở trang quản lý bằng địa chỉ mạng của máy chủ rồi lấy lại địa chỉ lịch.', en: 'This address works on the server alone. Open this page by the server’s network address, then take the address anew.' },
  'feed.apple': { vi: 'iPhone, iPad, máy Mac', en: 'iPhone, iPad, Mac' },
  'feed.appleHow': { vi: 'Mở trang này trên máy đó, bấm “Đăng ký lịch” rồi chọn Đăng ký.', en: 'Open this page on it, press “Subscribe”, then confirm.' },
  'feed.subscribe': { vi: 'Đăng ký lịch', en: 'Subscribe' },
  'feed.google': { vi: 'Điện thoại Android (Google Lịch)', en: 'Android (Google Calendar)' },
  'feed.google1': { vi: 'Sao chép địa chỉ lịch ở trên.', en: 'Copy the address above.' },
  'feed.google2': { vi: 'Trên máy tính, mở calendar.google.com, bấm dấu + cạnh “Lịch khác”, chọn “Từ URL”, dán địa chỉ rồi bấm “Thêm lịch”.', en: 'On a computer open calendar.google.com, press + beside “Other calendars”, choose “From URL”, paste the address and press “Add calendar”.' },
  'feed.google3': { vi: 'Lịch tự hiện trên điện thoại dùng cùng tài khoản Google. Máy chủ phải vào được từ Internet.', en: 'It appears on phones with the same Google account. The server has to be reachable from the internet.' },
  'feed.qr': { vi: 'Quét mã này bằng điện thoại để mở lịch.', en: 'Scan this code with a phone to open the calendar.' },
  'feed.off': { vi: 'Trang công khai đang tắt nên chưa có địa chỉ lịch. Nhờ quản trị viên bật trang công khai.', en: 'The public page is off, so there is no address yet. Ask your administrator to open it.' },
};
